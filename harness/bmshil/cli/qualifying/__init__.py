"""The steps of a qualification: options, opening the run, running the tests, closing."""
