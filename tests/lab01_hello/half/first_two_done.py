# The first two exercises are done, the others are stubs.
# not_attempted: query_parameters, optional_query, route_order, documentation
# points: 3
