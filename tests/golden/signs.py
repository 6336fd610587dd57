"""Golden sentences whose findings have a sign or a box beside them; every person in them is invented."""

from __future__ import annotations

from tests.golden.case import Case

SIGNS: list[str | Case] = [
    "ROS: (+) [cough|present] (-) [fever|absent] (-) [chest pain|absent] (+) [nausea|present]",
    "ROS: (+) [chest pain|present] (-) [fever|absent]",
    "+ [cough|present], - [hemoptysis|absent], (-) [melena|absent]",
    "ROS: +[fever|present], -[chills|absent].",
    "ROS: [cough|present] (+), [fever|absent] (-), [nausea|present] (+)",
    "- [cough|present]\n- [hemoptysis|present]",
    "No [fever|absent] + [chills|absent].",
    "Visit diagnoses: ☒ [Diabetes|present] ☐ [Asthma|absent] ☐ [COPD|absent]",
    "✓ [Diabetes|present]\n☐ [Asthma|absent]\n☑ [COPD|present]",
    "[Fever|absent]: ☐ Yes ☒ No",
    "[Cough|present]: ☒ Yes ☐ No",
    "[Diabetes|present] ☒ [Asthma|absent] ☐",
    "☐ Continue [aspirin|present]",
    "☐ [HTN|present]: continue",
]

SPANISH_SIGNS: list[str | Case] = [
    "Síntomas: (+) [tos|present] (-) [fiebre|absent] (-) [dolor torácico|absent] (+) [náuseas|present]",
    "[Tos|present] (+) [fiebre|absent] (-) [disnea|present] (+)",
    "+ [tos|present], - [hemoptisis|absent]",
    "Diagnósticos: ☒ [Diabetes|present] ☐ [Asma|absent] ☐ [EPOC|absent]",
    "[Fiebre|absent]: ☐ Sí ☒ No",
    "☐ [HTA|present]: continuar enalapril",
    "☐ [RM cerebral|present]",
]
