"""What is plugged into the desk: the live service, rehearsals, forecasts. The turn is the same in all of them."""
