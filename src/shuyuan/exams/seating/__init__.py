"""Seating: who sits where in an exam, drawn so that anybody can draw it again and prove it right; no Django here."""
