# Every stub is as it was given.
# not_attempted: root, path_parameter, query_parameters, optional_query, route_order, documentation
# points: 0
