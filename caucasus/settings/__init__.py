"""One module a place: dev (the default), test, production; all of them start from base."""
