"""Counties, townships and the bodies that speak for them: the registry of portals, the authority
of divisions, issuers by name. Pure."""
