"""Baselines, measures and tests of forecasting: statsmodels and SciPy where they have the thing, else the definition written plainly.

Called by generate.py.
"""

import math
import warnings

import numpy as np
from scipy import optimize, stats
from statsmodels.tsa.ar_model import AutoReg, ar_select_order
from statsmodels.tsa.holtwinters import ExponentialSmoothing
from statsmodels.tsa.seasonal import seasonal_decompose
from statsmodels.tsa.stattools import acf

AGREEMENT = 1e-9


def grid(values):
    """Multiples of 1/64, which the file holds exactly."""
    return np.round(np.asarray(values) * 64) / 64


def seasonal_series(draw, length, season, level=20, slope=0.05, swing=5, noise=1.0):
    t = np.arange(length)
    shape = np.sin(2 * math.pi * t / season) + 0.4 * np.cos(6 * math.pi * t / season)
    return grid(level + slope * t + swing * shape + noise * draw.random.normal(size=length))


def wandering_series(draw, length, level=50):
    return grid(level + np.cumsum(draw.random.normal(size=length)) + draw.random.normal(size=length))


# Exponential smoothing, one value after the other, in the textbook's form with weights and complements.

def walk(y, alpha, beta, gamma, phi, level, trend, seasons, multiplicative, horizon):
    seasons, m = list(seasons), max(1, len(seasons))
    neutral = 1.0 if multiplicative else 0.0
    errors = []
    for t, value in enumerate(y):
        s = seasons[t % m] if seasons else neutral
        ahead = level + phi * trend
        errors.append(value - (ahead * s if multiplicative else ahead + s))
        new = alpha * (value / s if multiplicative else value - s) + (1 - alpha) * ahead
        trend = beta * (new - level) + (1 - beta) * phi * trend
        if seasons:
            seasons[t % m] = gamma * (value / ahead if multiplicative else value - ahead) + (1 - gamma) * s
        level = new
    forecasts = []
    for h in range(1, horizon + 1):
        s = seasons[(len(y) + h - 1) % m] if seasons else neutral
        base = level + sum(phi ** k for k in range(1, h + 1)) * trend
        forecasts.append(base * s if multiplicative else base + s)
    return np.array(errors), np.array(forecasts)


def least_errors(y, has_trend, damped, seasons, horizon):
    """The best weights, level and trend of an additive form.

    Errors are linear in the level and trend that the walk starts from, so for given weights these are a least squares
    problem of the errors that they leave in a series of zeros; the weights are searched with SciPy from many starts.
    """
    names = ["alpha"] + ["beta"] * has_trend + ["gamma"] * bool(seasons) + ["phi"] * damped
    bounds = [(0.8, 0.98) if name == "phi" else (1e-4, 1 - 1e-4) for name in names]
    zeros = np.zeros(len(y))

    def start(point):
        weights = dict(zip(names, point))
        chosen = (weights["alpha"], weights.get("beta", 0.0), weights.get("gamma", 0.0) * (1 - weights["alpha"]), weights.get("phi", 1.0))
        columns = [walk(zeros, *chosen, 1.0, 0.0, [0.0] * len(seasons), False, 1)[0]]
        if has_trend:
            columns.append(walk(zeros, *chosen, 0.0, 1.0, [0.0] * len(seasons), False, 1)[0])
        errors = walk(y, *chosen, 0.0, 0.0, seasons, False, 1)[0]
        found = np.linalg.lstsq(np.array(columns).T, -errors, rcond=None)[0]
        return (*chosen, found[0], found[1] if has_trend else 0.0)

    def squares(point):
        point = np.clip(point, [low for low, _ in bounds], [high for _, high in bounds])
        return (walk(y, *start(point), seasons, False, 1)[0] ** 2).sum()

    random, best = np.random.RandomState(1), None
    for _ in range(30):
        first = [random.uniform(low, high) for low, high in bounds]
        found = optimize.minimize(squares, first, bounds=bounds, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000})
        if best is None or found.fun < best.fun:
            best = found
    chosen = start(best.x)
    return chosen, best.fun, walk(y, *chosen, seasons, False, horizon)[1]


def autoregression(draw, write):
    cases = []
    for name, order, length in [("one", 1, 60), ("three", 3, 80), ("twelve", 12, 200)]:
        y = seasonal_series(draw(name), length, 12)
        fit = AutoReg(y, lags=order, trend="c", old_names=False).fit()
        cases.append(write("autoregression_" + name, "autoregression", {"order": order}, {"y": y}, {}, {
            "coefficients": fit.params, "forecast": fit.predict(length, length + 9)}, {}))
    for name, highest, length in [("short", 6, 60), ("season", 15, 240), ("many", 24, 600)]:
        y = seasonal_series(draw("aic_" + name), length, 12)
        chosen = ar_select_order(y, maxlag=highest, ic="aic", trend="c", old_names=False).ar_lags
        cases.append(write("aic_" + name, "aic", {"highest": highest}, {"y": y}, {}, {"order": [len(chosen)]}, {}))
    return cases


def smoothing(draw, write):
    cases = []
    forms = [("simple", False, False, None), ("holt", True, False, None), ("damped", True, True, None),
             ("additive", True, False, "add"), ("multiplicative", True, False, "mul"), ("damped_multiplicative", True, True, "mul")]
    for name, trend, damped, seasonal in forms:
        y = seasonal_series(draw(name), 50, 6)
        alpha, beta, gamma, phi = 0.35, 0.15 if trend else 0.0, 0.25 if seasonal else 0.0, 0.9 if damped else 1.0
        level, slope = 18.5, 0.25 if trend else 0.0
        seasons = [] if seasonal is None else [3.0, 2.0, -1.0, -4.0, -1.5, 1.5] if seasonal == "add" else [1.2, 1.1, 0.95, 0.8, 0.9, 1.05]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = ExponentialSmoothing(
                y, trend="add" if trend else None, damped_trend=damped, seasonal=seasonal, seasonal_periods=6 if seasonal else None,
                initialization_method="known", initial_level=level, initial_trend=slope if trend else None,
                initial_seasonal=seasons if seasonal else None)
            fit = model.fit(smoothing_level=alpha, smoothing_trend=beta if trend else None, smoothing_seasonal=gamma if seasonal else None,
                            damping_trend=phi if damped else None, optimized=False)
        errors, forecasts = walk(y, alpha, beta, gamma, phi, level, slope, seasons, seasonal == "mul", 9)
        assert abs(fit.sse - (errors ** 2).sum()) < AGREEMENT * fit.sse, name
        # statsmodels 0.13 leaves out the last value's update of its season, which is the sixth step's.
        agree = np.abs(fit.forecast(9) - forecasts) < AGREEMENT * 20
        assert agree.all() if seasonal is None else agree.sum() == 8 and not agree[5], name
        cases.append(write(
            "walk_" + name, "walk",
            {"alpha": alpha, "beta": beta, "gamma": gamma, "phi": phi, "level": level, "trend": slope, "multiplicative": seasonal == "mul"},
            {"y": y, "seasons": np.array(seasons)}, {}, {"squares": [fit.sse], "forecast": forecasts}, {}))
    return cases


def smoothing_fits(draw, write):
    cases = []
    for name, trend, damped, season in [("simple", False, False, 1), ("holt", True, False, 1), ("damped", True, True, 1), ("additive", True, False, 6)]:
        y = wandering_series(draw("fit_" + name), 90) if season == 1 else seasonal_series(draw("fit_" + name), 90, season)
        seasons = [] if season == 1 else list(seasonal_decompose(y, period=season, model="additive").seasonal[:season])
        (alpha, beta, gamma, phi, _, _), squares, forecasts = least_errors(y, trend, damped, seasons, 8)
        cases.append(write("fit_" + name, "fit", {"trend": trend, "damped": damped, "season": season}, {"y": y}, {}, {
            "weights": [alpha, beta, gamma, phi], "squares": [squares], "forecast": forecasts}, {}))
    return cases


def seasons(draw, write):
    """Classical decomposition, the seasonality test, Naive2 and Theta as the M4 competition has them, but for its floor of 0."""
    cases = []
    for name, season, length, swing in [("even", 12, 100, 5), ("odd", 7, 80, 5), ("weak", 12, 60, 0.1), ("short", 12, 30, 5)]:
        y = seasonal_series(draw("seasons_" + name), length, season, swing=swing)
        figures = {kind: seasonal_decompose(y, period=season, model=kind).seasonal[:season] for kind in ("additive", "multiplicative")}
        r = acf(y, nlags=season, fft=False, adjusted=False)[1:]
        limit = 1.645 * math.sqrt((1 + 2 * (r[:-1] ** 2).sum()) / length)
        is_seasonal = length >= 3 * season and abs(r[-1]) > limit
        factors = figures["multiplicative"] if is_seasonal else np.ones(season)
        adjusted = y / np.array([factors[t % season] for t in range(length)])
        ahead = np.arange(length, length + 15)
        back = np.array([factors[t % season] for t in ahead])
        slope, start = np.polyfit(np.arange(length), adjusted, 1)
        bends = 2 * adjusted - (start + slope * np.arange(length))
        (alpha, *_), _, level = least_errors(bends, False, False, [], 1)
        cases.append(write("seasons_" + name, "seasons", {"season": season}, {"y": y}, {}, {
            "additive": figures["additive"], "multiplicative": figures["multiplicative"], "seasonal": [float(is_seasonal)],
            "naive2": adjusted[-1] * back, "alpha": [alpha], "theta": back * (start + slope * ahead + level[0]) / 2}, {}))
    return cases


def markov(draw, write):
    y = seasonal_series(draw("markov"), 120, 10, slope=0)
    cases = []
    for name, values, states in [("values", y, 5), ("changes", np.diff(y), 4)]:
        n = len(values)
        borders = sorted({np.sort(values)[k * n // states] for k in range(1, states)})
        path = [sum(v >= b for b in borders) for v in values]
        counts = np.full((states, states), 1 / states)
        for a, b in zip(path, path[1:]):
            counts[a, b] += 1
        p = counts / counts.sum(axis=1, keepdims=True)
        means = np.array([values[np.array(path) == k].mean() for k in range(states)])
        expected = np.array([(np.linalg.matrix_power(p, h) @ means)[path[-1]] for h in range(1, 7)])
        eigenvalues, vectors = np.linalg.eig(p.T)
        stationary = np.real(vectors[:, np.argmax(np.real(eigenvalues))])
        cases.append(write("markov_" + name, "markov", {"changes": name == "changes", "states": states}, {"y": y}, {}, {
            "transitions": p, "stationary": stationary / stationary.sum(),
            "forecast": expected if name == "values" else y[-1] + np.cumsum(expected)}, {}))
    return cases


def measures(draw, write):
    cases = []
    random = draw("measures").random
    y = grid(10 + 3 * random.normal(size=40))
    samples = grid(10 + 3 * random.normal(size=(40, 25)))
    crps = np.mean([np.abs(s - v).mean() - np.abs(s[:, None] - s[None, :]).mean() / 2 for v, s in zip(y, samples)])
    cases.append(write("crps", "crps", {}, {"y": y, "samples": samples}, {}, {"crps": [crps]}, {}))

    levels = np.array([1, 2, 4, 6, 7]) / 8
    quantiles = grid(np.quantile(samples, levels, axis=1))
    pinball = [np.mean(np.maximum(q * (y - f), (q - 1) * (y - f))) for q, f in zip(levels, quantiles)]
    low, high = quantiles[0], quantiles[-1]
    fine = 2 / (1 - 0.75) * ((low - y) * (y < low) + (y - high) * (y > high))
    cases.append(write("quantiles", "quantiles", {}, {"y": y, "quantiles": quantiles, "levels": levels}, {}, {
        "pinball": pinball, "weighted": [2 * np.mean(pinball) / np.abs(y).mean()], "coverage": [np.mean((y >= low) & (y <= high))],
        "width": [np.mean(high - low)], "winkler": [np.mean(high - low + fine)]}, {}))

    many = grid(random.normal(size=(3, 20)) + np.array([[5], [20], [-3]]))
    forecasts = grid(many + random.normal(size=many.shape) / 2)
    rse = math.sqrt(((many - forecasts) ** 2).sum()) / math.sqrt(((many - many.mean()) ** 2).sum())
    corr = np.mean([stats.pearsonr(a, f)[0] for a, f in zip(many, forecasts)])
    cases.append(write("pooled", "pooled", {}, {"y": many, "forecast": forecasts}, {}, {
        "rse": [rse], "correlation": [corr], "r2": [1 - rse ** 2], "mae": [np.abs(many - forecasts).mean()],
        "smape": [np.mean(200 * np.abs(many - forecasts) / (np.abs(many) + np.abs(forecasts)))],
        "wape": [100 * np.abs(many - forecasts).sum() / np.abs(many).sum()]}, {}))
    return cases


def diebold_mariano(draw, write):
    cases = []
    for name, h, length, power in [("one_step", 1, 40, 2), ("three_steps", 3, 60, 2), ("absolute", 4, 50, 1), ("bartlett", 2, 30, 2)]:
        random = draw("dm_" + name).random
        first, second = random.normal(size=(2, length + h))
        first = grid(np.convolve(first, np.ones(h))[h:h + length])
        second = grid(1.3 * np.convolve(second, np.ones(h))[h:h + length])
        if name == "bartlett":
            # Losses that swing to and fro: neighbours speak against each other so much that the plain sum is negative.
            first, second = grid(2 + (-1.0) ** np.arange(length) + random.normal(size=length) / 8), grid(2 + random.normal(size=length) / 8)
        d = np.abs(first) ** power - np.abs(second) ** power
        n, mean = length, d.mean()
        g = [((d[k:] - mean) * (d[:n - k] - mean)).sum() / n for k in range(h)]
        variance = g[0] + 2 * sum(g[1:])
        assert (variance <= 0) == (name == "bartlett")
        if variance <= 0:
            variance = g[0] + 2 * sum((1 - k / h) * g[k] for k in range(1, h))
        statistic = mean / math.sqrt(variance / n) * math.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)
        cases.append(write("dm_" + name, "dm", {"horizon": h, "absolute": power == 1}, {"first": first, "second": second}, {}, {
            "statistic": [statistic], "p": [2 * stats.t.sf(abs(statistic), n - 1)], "p_first": [stats.t.cdf(statistic, n - 1)]}, {}))
    t, degrees = np.array([-40, -2.5, -0.125, 0, 0.125, 1, 2.5, 12, 40]), np.array([1, 2, 3, 5, 9, 30, 49, 200, 100000])
    tails = [[stats.t.sf(x, v) for v in degrees] for x in t]
    cases.append(write("student", "student", {}, {"t": t, "degrees": degrees}, {}, {"tails": tails}, {}))
    return cases


def baselines(tools):
    draw = lambda name: tools.Draw("forecasting", name)
    parts = [autoregression, smoothing, smoothing_fits, seasons, markov, measures, diebold_mariano]
    return [case for part in parts for case in part(draw, tools.write_case)]
