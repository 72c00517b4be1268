"""What we do: pure decisions about people, ladders and months. Values in, values out; `now` is an argument."""
