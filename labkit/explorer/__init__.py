"""The constraint explorer: a request whose fields are moved past their bounds."""
