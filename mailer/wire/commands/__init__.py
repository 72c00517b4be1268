"""Words of the reply grammar in what a person wrote, and what stands behind them."""
