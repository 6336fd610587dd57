"""Sends people who do not exist through every route of a real server, and looks for them wherever words could stay."""
