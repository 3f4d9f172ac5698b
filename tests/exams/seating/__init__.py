"""Seating: layouts, orders, plans, the checker, supplements."""
