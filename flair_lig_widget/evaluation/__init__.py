"""How true an explanation is of the model, measured by taking words of the text away."""

from flair_lig_widget.evaluation.baselines import rank_baselines
from flair_lig_widget.evaluation.faithfulness import evaluate
from flair_lig_widget.evaluation.ranking import BaselineRanking

__all__ = ["BaselineRanking", "evaluate", "rank_baselines"]
