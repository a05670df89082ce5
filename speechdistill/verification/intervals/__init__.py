"""Confidence intervals and paired tests of metrics, over speakers and seeds."""
