"""The turn: collect, answer, chase, deliver. The only place where pure meets impure, and it holds no rule of a program."""
