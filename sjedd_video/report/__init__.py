"""An AnalysisResult as PDF, JSON and CSV."""
