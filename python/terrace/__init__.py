"""Terrace in Python: runs, comparisons and networks, on NumPy and h5py.

    run = terrace.Program().train({"Data": {"File": "data.h5"}}, output="runs/first")
    run.history["value"]
    run.model()(x)
"""

from terrace.comparison import Comparison
from terrace.data import Data, Split, read_data, write_data
from terrace.deck import deck_xml, read_deck
from terrace.model import Model
from terrace.plot import plot_comparison, plot_history
from terrace.program import Program, TerraceError
from terrace.run import History, Run

__version__ = "0.1.0"

__all__ = ["Comparison", "Data", "History", "Model", "Program", "Run", "Split", "TerraceError", "deck_xml",
           "plot_comparison", "plot_history", "read_data", "read_deck", "write_data"]
