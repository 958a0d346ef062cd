"""How true an explanation is of the model: words of the text are taken away, or weights."""

from flair_lig_widget.evaluation.baselines import rank_baselines
from flair_lig_widget.evaluation.editing import edit
from flair_lig_widget.evaluation.faithfulness import evaluate
from flair_lig_widget.evaluation.ranking import BaselineRanking
from flair_lig_widget.evaluation.sanity import sanity_check
from flair_lig_widget.evaluation.sanity_report import SanityReport

__all__ = [
    "BaselineRanking",
    "SanityReport",
    "edit",
    "evaluate",
    "rank_baselines",
    "sanity_check",
]
