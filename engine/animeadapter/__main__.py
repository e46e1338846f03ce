"""`python -m animeadapter`: the command `animeadapter`, for whoever has an interpreter rather than a PATH."""

from animeadapter.cli import main

main()
