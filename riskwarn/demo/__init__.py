"""`riskwarn demo`: a seeded synthetic country, its deliveries, planted events, and how well the nightly runs find them.

Nothing here describes real trade: lots, complaints, enterprises and failures are drawn from a random number generator.
"""
