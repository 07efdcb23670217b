/* ECharts by data: <div data-chart="bars" id="x"> draws the JSON of #x-data. Colours are tokens, redrawn with the theme. */
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const decimal = (value) => (value === null || value === undefined ? "" : Number(value).toLocaleString(document.documentElement.lang));
const TONES = { ok: "--ok-bar", warn: "--warn-bar", bad: "--bad-bar", muted: "--mute-bar", violet: "--violet", accent: "--accent-fill", plan: "--line-2" };
const colour = (tone) => token(TONES[tone] || TONES.accent);
const drawn = new Map();

const axis = (data) => ({
  type: "category",
  data: data.labels,
  axisTick: { show: false },
  axisLine: { lineStyle: { color: token("--line-2") } },
  axisLabel: { color: token("--ink-3"), margin: 5, interval: data.every ? data.every - 1 : "auto" },
});
const legend = (data) =>
  data.series.length > 1 && !data.quiet
    ? { top: 0, left: 6, itemWidth: 9, itemHeight: 9, icon: "roundRect", itemGap: 14, textStyle: { color: token("--ink-2"), fontSize: 11 } }
    : undefined;
const label = { show: true, position: "top", fontSize: 10, formatter: (point) => decimal(point.value) };

const KINDS = {
  bars: (data) => ({
    grid: { left: 4, right: 6, top: data.series.length > 1 && !data.quiet ? 34 : 18, bottom: 18 },
    legend: legend(data),
    xAxis: axis(data),
    yAxis: { show: false },
    series: data.series.map((series) => ({
      name: series.name,
      type: "bar",
      data: series.values,
      barMaxWidth: 28,
      itemStyle: { color: colour(series.tone), borderRadius: [2, 2, 0, 0] },
      label: { ...label, color: token("--ink-2") },
    })),
  }),
  lines: (data) => ({
    grid: { left: 2, right: 6, top: data.quiet ? 6 : 18, bottom: 16 },
    legend: legend(data),
    xAxis: { ...axis(data), boundaryGap: false },
    yAxis: { show: false, min: 0 },
    series: data.series.map((series) => ({
      name: series.name,
      type: "line",
      data: series.values,
      symbol: data.quiet || series.line ? "none" : "circle",
      symbolSize: 5,
      itemStyle: { color: colour(series.tone) },
      lineStyle: { color: colour(series.tone), width: series.line ? 1.5 : 2, type: series.line || "solid" },
      areaStyle: series.line ? undefined : { color: token("--accent-soft"), opacity: 0.7 },
      label: data.quiet ? undefined : { ...label, color: token("--ink-2") },
    })),
  }),
};

function draw(box) {
  const source = document.getElementById(`${box.id}-data`);
  if (!source || !window.echarts) return;
  drawn.get(box)?.dispose();
  const chart = window.echarts.init(box, null, { renderer: "svg" });
  const text = { fontFamily: "Onest Variable", fontSize: 11, color: token("--ink-2") };
  chart.setOption({ animation: false, textStyle: text, ...KINDS[box.dataset.chart](JSON.parse(source.textContent)) });
  drawn.set(box, chart);
}

function drawAll() {
  for (const box of drawn.keys()) if (!box.isConnected) drawn.delete(box);
  document.querySelectorAll("[data-chart]").forEach(draw);
}

document.fonts.ready.then(drawAll);
document.addEventListener("theme", drawAll);
document.addEventListener("htmx:afterSettle", drawAll);
window.addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
