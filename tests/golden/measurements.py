"""Sentences with what they say was measured: name, value, unit in UCUM in braces, part, flag, time after an at sign."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """A sentence, and the results in it in the order of the text; none where it has none."""

    language: str
    sentence: str
    answers: tuple[str, ...]


def en(sentence: str, *answers: str) -> Measured:
    """Return a case in English."""
    return Measured("en", sentence, answers)


def es(sentence: str, *answers: str) -> Measured:
    """Return a case in Spanish."""
    return Measured("es", sentence, answers)


VITALS = [
    en("Blood pressure 120/80.", "Blood pressure = 120 {mm[Hg]} systolic", "Blood pressure = 80 {mm[Hg]} diastolic"),
    en("BP 120 over 80 mmHg.", "BP = 120 {mm[Hg]} systolic", "BP = 80 {mm[Hg]} diastolic"),
    en("Temperature 98.6, pulse 72.", "Temperature = 98.6 {[degF]}", "pulse = 72 {/min}"),
    en("T 37.2 HR 88 RR 18", "T = 37.2 {Cel}", "HR = 88 {/min}", "RR = 18 {/min}"),
    en("BP83/67 HR122", "BP = 83 {mm[Hg]} systolic", "BP = 67 {mm[Hg]} diastolic", "HR = 122 {/min}"),
    en("O2 sat 98% on room air.", "O2 sat = 98% {%}"),
    en("Oxygen saturation is low at 91% on room air.", "Oxygen saturation = 91% {%} LOW"),
    en("He was at 95% O2 saturation.", "O2 saturation = 95% {%}"),
    en("Weight 187 pounds.", "Weight = 187 pounds {[lb_av]}"),
    en("Height 5 feet 9 inches.", "Height = 5 feet 9 inches {[in_i]}"),
    en("She weighs 170.", "weighs = 170"),
    en("Pain is 0/10. GCS 15.", "Pain = 0/10", "GCS = 15"),
    en(
        "108/70 is his blood pressure.",
        "blood pressure = 108 {mm[Hg]} systolic", "blood pressure = 70 {mm[Hg]} diastolic",
    ),
    en("Fever that has gone up to as high as 103.6 degrees F.", "Fever = 103.6 degrees F {[degF]}"),
    en("Ejection fraction of 25% to 30%.", "Ejection fraction = 25% to 30%"),
    es(
        "TA 120/80, FC 80 lpm, Tª 36,5 ºC, SatO2 98%.",
        "TA = 120 {mm[Hg]} systolic", "TA = 80 {mm[Hg]} diastolic", "FC = 80 lpm {/min}", "Tª = 36,5 ºC {Cel}",
        "SatO2 = 98% {%}",
    ),
]  # fmt: skip

LABORATORY = [
    en("CBC showed WBC 8.2, Hgb 13.1, platelets 250,000.", "WBC = 8.2", "Hgb = 13.1", "platelets = 250,000"),
    en(
        "Na 138 K 4.1 Cl 101 CO2 24 BUN 12 Cr 0.9 Glu 98",
        "Na = 138", "K = 4.1", "Cl = 101", "CO2 = 24", "BUN = 12", "Cr = 0.9", "Glu = 98",
    ),
    en("H&H 10.2 and 31.", "H&H = 10.2 hemoglobin", "H&H = 31 hematocrit"),
    en("H&H 10.2/31.", "H&H = 10.2 hemoglobin", "H&H = 31 hematocrit"),
    en("WBC 12.3 K/uL. Plt 221 K/cumm.", "WBC = 12.3 K/uL {10*3/uL}", "Plt = 221 K/cumm {10*3/uL}"),
    en("ESR 45 mm/hr, HR 88.", "ESR = 45 mm/hr {mm/h}", "HR = 88 {/min}"),
    en("Glucose 98 MG/DL, MG 2.1 MG/DL.", "Glucose = 98 MG/DL {mg/dL}", "MG = 2.1 MG/DL {mg/dL}"),
    en("ANC 2.1 10(3)/mcL.", "ANC = 2.1 10(3)/mcL {10*3/uL}"),
    en("Urine output 50 cc/hr, 88 kg.", "Urine output = 50 cc/hr {mL/h}"),
    en("Hgb 9.1 L HCT 28", "Hgb = 9.1 LOW", "HCT = 28"),
    en("WBC 12.3 (N 75% L 15% M 5%).", "WBC = 12.3", "N = 75% {%}", "L = 15% {%}", "M = 5% {%}"),
    en("High sensitivity troponin T 52 ng/L.", "High sensitivity troponin T = 52 ng/L {ng/L}"),
    es("Leucocitos 12,3 K/uL, VSG 45 mm/1ªh.", "Leucocitos = 12,3 K/uL {10*3/uL}", "VSG = 45 mm/1ªh {mm/h}"),
    es("Plaquetas 221 miles/mm3.", "Plaquetas = 221 miles/mm3 {10*3/mm3}"),
    es("Troponina T us 350 ng/L (VN <14).", "Troponina T us = 350 ng/L {ng/L} HIGH [..14]"),
    es("Leucocitos 12.300 (N 75%, L 15%).", "Leucocitos = 12.300", "N = 75% {%}", "L = 15% {%}"),
    es("Neu 82,3 %, Linf 10,1 %.", "Neu = 82,3 % {%}", "Linf = 10,1 % {%}"),
    en("Na/K 138/4.1.", "Na = 138", "K = 4.1"),
    en("Hemoglobin and hematocrit 11.5 and 33.1.", "Hemoglobin = 11.5", "hematocrit = 33.1"),
    en("Hct29%, WBC17.4k/mm3, Plt 190K.", "Hct = 29% {%}", "WBC = 17.4k/mm3 {10*3/mm3}", "Plt = 190K {10*3/uL}"),
    en("WBC 6.5 x10^3/uL", "WBC = 6.5 x10^3/uL {10*3/uL}"),
    en("Sodium 138 (135-145).", "Sodium = 138 NORMAL [135..145]"),
    en("Creatinine 1.9 [0.5-1.2].", "Creatinine = 1.9 HIGH [0.5..1.2]"),
    en("Glucose 60 mg/dL, ref 70–110.", "Glucose = 60 mg/dL {mg/dL} LOW [70..110]"),
    en("BNP 45 (normal < 100).", "BNP = 45 NORMAL [..100]"),
    en("Hemoglobin\t13.1\tg/dL\t12.0-16.0", "Hemoglobin = 13.1\tg/dL {g/dL} NORMAL [12..16]"),
    en("Potassium 3.2 (L), chloride 112 H.", "Potassium = 3.2 LOW", "chloride = 112 HIGH"),
    en("A low sodium level of 129.", "sodium level = 129 LOW"),
    en("Hemoglobin A1c 7.2%.", "Hemoglobin A1c = 7.2% {%}"),
    en("Platelets 199\n000.", "Platelets = 199\n000"),
    en("Troponin was less than 0.01 ng/mL.", "Troponin = less than 0.01 ng/mL {ng/mL} <"),
    en(
        "White count 14.5 with 5% bands, 54% lymphocytes.",
        "White count = 14.5", "bands = 5% {%}", "lymphocytes = 54% {%}",
    ),
    en("White count is down from 20,000 to 12.5.", "White count = 20,000", "White count = 12.5"),
    en(
        "WBC count is 10.9 today, yesterday 17.3, and on admission 26.9.",
        "WBC count = 10.9 @today", "WBC count = 17.3 @yesterday", "WBC count = 26.9 @on admission",
    ),
    en("On 3/14 hemoglobin was 9.2.", "hemoglobin = 9.2 @On 3/14"),
    en("His platelet count on his CBC is 215.", "platelet count = 215"),
    es(
        "Creatinina 1,2 mg/dl, hemoglobina de 9 g/dL.",
        "Creatinina = 1,2 mg/dl {mg/dL}", "hemoglobina = 9 g/dL {g/dL}",
    ),
    es(
        "Leucocitos 12.300/mm3 (80% neutrófilos), plaquetas 250.000.",
        "Leucocitos = 12.300/mm3 {/mm3}", "neutrófilos = 80% {%}", "plaquetas = 250.000",
    ),
    es("Na 138 mEq/L, K 4,1.", "Na = 138 mEq/L {meq/L}", "K = 4,1"),
    es("Al ingreso, troponina de 50 ng/L.", "troponina = 50 ng/L {ng/L} @Al ingreso"),
    es("Creatinina en torno a 1,42 mg/dl.", "Creatinina = 1,42 mg/dl {mg/dL}"),
]  # fmt: skip

WORDS = [
    en("BUN, creatinine, and glucose were within normal limits.",
       "BUN = within normal limits NORMAL", "creatinine = within normal limits NORMAL",
       "glucose = within normal limits NORMAL"),
    en("LFTs slightly elevated.", "LFTs = slightly elevated HIGH"),
    en("Urinalysis was completely unremarkable.", "Urinalysis = unremarkable NORMAL"),
    en("Urinalysis was negative for nitrites, trace protein, 4-5 WBC/hpf.",
       "nitrites = negative NORMAL", "protein = trace", "WBC = 4-5"),
    en("Leukocytes 1+, 3+ bacteria.", "Leukocytes = 1+", "bacteria = 3+"),
    es("Coagulación sin alteraciones, hemocultivos negativos.",
       "Coagulación = sin alteraciones NORMAL", "hemocultivos = negativos NORMAL"),
]  # fmt: skip

# Told together, one behind another, in decades, beside a moment, or in a row that names only some.
ROWS = [
    en(
        "BP 126/80 in the right arm, 122/78 in the left arm.",
        "BP = 126 {mm[Hg]} systolic", "BP = 80 {mm[Hg]} diastolic", "BP = 122 {mm[Hg]} systolic",
        "BP = 78 {mm[Hg]} diastolic",
    ),
    en("Systolic is 110/60.", "Systolic = 110 {mm[Hg]} systolic", "Systolic = 60 {mm[Hg]} diastolic"),
    en("PA systolic pressure is 36 mmHg.", "PA systolic pressure = 36 mmHg {mm[Hg]}"),
    en(
        "Aortic pressure of 100/56 with mean of 70 mmHg.",
        "Aortic pressure = 100 systolic", "Aortic pressure = 56 diastolic", "Aortic pressure = 70 mmHg {mm[Hg]}",
    ),
    en("Fasting blood sugars are 127, 80, and 82.",
       "Fasting blood sugars = 127", "Fasting blood sugars = 80", "Fasting blood sugars = 82"),
    en("Apgars of 7 and 9 at 1 and 5 minutes.", "Apgars = 7 apgar-1", "Apgars = 9 apgar-5"),
    en("Apgars 9/9.", "Apgars = 9 apgar-1", "Apgars = 9 apgar-5"),
    en("Apgars were 9 at 1 minute and 10 at 5 minutes.", "Apgars = 9", "Apgars = 10"),
    en("ABG 7.39/42/79 on room air.", "ABG = 7.39 ph", "ABG = 42 pco2", "ABG = 79 po2"),
    en("They were 51 and 83 for the AST and ALT.", "AST = 51", "ALT = 83"),
    en("He scored 26/30 on the MMSE.", "MMSE = 26/30"),
    en("Heart rate in the 80s, SBP 60s-70s.", "Heart rate = 80s", "SBP = 60s-70s"),
    en("BP 126/91, HR 86, 37.1C.", "BP = 126 {mm[Hg]} systolic", "BP = 91 {mm[Hg]} diastolic", "HR = 86 {/min}",
       "37.1C = 37.1C {Cel}"),
    en("Highest temperature recorded over the past 24 hours is 102.1.", "temperature = 102.1 {[degF]}"),
    en("Glucose at 10 a.m. was 84.", "Glucose = 84"),
    en("Weight today is 189-1/2 pounds.", "Weight = 189-1/2 pounds {[lb_av]} @today"),
    en("Estimated fetal weight is 3249 plus or minus 396 g.", "Estimated fetal weight = 3249 plus or minus 396 g {g}"),
    en("Born at 33 weeks' gestation.", "gestation = 33 weeks {wk}"),
    en("Sinus bradycardia at 58 beats per minute.", "Sinus bradycardia = 58 beats per minute {/min}"),
    en("Base excess of -8, T-score -2.5.", "Base excess = -8", "T-score = -2.5"),
    en("Visual acuity 20/40 OD, 20/25-3 OS.", "Visual acuity = 20/40", "Visual acuity = 20/25-3"),
    en("A sodium which was low at 127.", "sodium = 127 LOW"),
    en("Aortic valve area 0.8 cm2.", "Aortic valve area = 0.8 cm2 {cm2}"),
    en("Her ANA was positive at 1:40.", "ANA = 1:40 ABNORMAL"),
    en("Urinalysis: 3+ blood.", "blood = 3+"),
    en("Blood cultures x2 were negative at 5 days.", "Blood cultures = negative NORMAL"),
    es("Frecuencia cardiaca en torno a 80s, PAP 30 mmHg.", "Frecuencia cardiaca = 80s", "PAP = 30 mmHg {mm[Hg]}"),
    es("Parto a las 33 semanas de gestación.", "gestación = 33 semanas {wk}"),
    es("Exceso de base -4.", "Exceso de base = -4"),
]  # fmt: skip

NONE = [
    en("Carotid stenosis L 75%, R 50%."),
    en("Potassium 20 mEq by mouth daily."),
    en("A 2 cm mass in the left breast."),
    en("INR is pending."),
    en("Call if temperature is greater than 101.5."),
    en("Keep the systolic below 140."),
    en("We will check hemoglobin tomorrow."),
    en("Strength 5/5, reflexes 2+."),
    en("Monitor INR.\n4. Coronary artery disease."),
    en("History of high cholesterol and elevated blood pressure."),
    en("Lipomatosis at T4-6."),
    en("A 45-year-old man, seen on 03/14/2009."),
    en("Normal sinus rhythm, gestation uneventful."),
    en("The drive cycle length 600 ms."),
    en("Knee pain for 3 weeks."),
    en("Aortic valve area 3."),
    en("Urine output has decreased; normally he has 8 to 10 wet diapers."),
    en("A1c improved with increased doses of insulin."),
    en("We gave potassium. Critical illness followed."),
    en("35% of calories from protein, 40% from fat."),
    es("Se solicita hemoglobina."),
    es("Objetivo de INR 2-3."),
]

CASES = [*VITALS, *LABORATORY, *WORDS, *ROWS, *NONE]
