"""Where reports are on a portal nobody has looked at: what links promise, and what was learned.

Everything here is pure: links and contexts in, scores with their reasons out. What a walk has
learned of a portal is kept by `crawler.state.leads`; the walk itself is `crawler.portal.walk`.
"""
