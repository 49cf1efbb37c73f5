# Only the last exercise was done.
# not_attempted: root, path_parameter, query_parameters, optional_query, route_order
# points: 2
