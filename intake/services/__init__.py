"""Verbs of stage 1: files into the base, and what operators found."""

from intake.services.corrections import (
    Decision,
    accept_corrections,
    choose_variant,
    propose_correction,
    reject_corrections,
)

__all__ = ["Decision", "accept_corrections", "choose_variant", "propose_correction", "reject_corrections"]
