"""Which sightings are one Document: keys, versions, groups, contexts. Pure, order plays no part."""
