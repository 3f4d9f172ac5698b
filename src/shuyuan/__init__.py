"""Shuyuan 数源: the book of record of a county education bureau."""
