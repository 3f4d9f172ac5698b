"""The example city: a whole bureau's year as the workbooks that its schools would send.

`python -m example.make` writes `example/2012/NN-ledger.xlsx`; read in the order of their numbers, each is an ordinary
workbook for the importer. Schools and towns are those of the facts, others are made up, and so is everybody whom the
facts do not name.
"""
