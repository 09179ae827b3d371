#include "report/Series.hpp"

#include "compare/Statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace terrace::program {
void Series::add(double xValue, double yValue) {
  x.push_back(xValue);
  y.push_back(yValue);
}

Series drawable(const Series& series, bool logarithmicX, bool logarithmicY) {
  Series result;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const double x = series.x[i], y = series.y[i];
    if (std::isfinite(x) && std::isfinite(y) && (!logarithmicX || x > 0) && (!logarithmicY || y > 0))
      result.add(x, y);
  }
  return result;
}

Series thinned(const Series& series, bool logarithmicX, std::size_t parts) {
  if (series.size() <= 4 * parts) return series;
  const auto place = [logarithmicX](double x) { return logarithmicX ? std::log(x) : x; };
  const double low = place(series.x.front()), width = place(series.x.back()) - low;
  const auto partOf = [&](std::size_t i) {
    return width > 0
               ? static_cast<std::size_t>((place(series.x[i]) - low) / width * static_cast<double>(parts))
               : 0;
  };
  Series result;
  for (std::size_t first = 0, end; first < series.size(); first = end) {
    for (end = first + 1; end < series.size() && partOf(end) == partOf(first);) ++end;
    const auto begin = series.y.begin();
    const auto range = std::minmax_element(begin + static_cast<std::ptrdiff_t>(first),
                                           begin + static_cast<std::ptrdiff_t>(end));
    std::vector<std::size_t> kept{first, static_cast<std::size_t>(range.first - begin),
                                  static_cast<std::size_t>(range.second - begin), end - 1};
    std::sort(kept.begin(), kept.end());
    kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
    for (const std::size_t i : kept) result.add(series.x[i], series.y[i]);
  }
  return result;
}

Series medianOf(const std::vector<Series>& curves, double notBegun) {
  std::vector<double> ends, places;
  for (const auto& curve : curves) {
    if (curve.empty()) continue;
    ends.push_back(curve.x.back());
    places.insert(places.end(), curve.x.begin(), curve.x.end());
  }
  if (places.empty()) return {};
  std::sort(ends.begin(), ends.end());
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  std::vector<std::size_t> next(curves.size(), 0); // of each curve: its first point beyond x
  Series result;
  for (const double x : places) {
    std::vector<double> values;
    for (std::size_t c = 0; c < curves.size(); ++c) {
      while (next[c] < curves[c].size() && curves[c].x[next[c]] <= x) ++next[c];
      if (!curves[c].empty()) values.push_back(next[c] > 0 ? curves[c].y[next[c] - 1] : notBegun);
    }
    const double median = Statistics::of(std::move(values)).median;
    if (std::isfinite(median) && x <= ends[ends.size() / 2]) result.add(x, median);
  }
  return result;
}

std::string dataBlock(const std::string& name, const Series& series) {
  std::string text = name + " << EOD\n";
  for (std::size_t i = 0; i < series.size(); ++i) {
    char line[64];
    std::snprintf(line, sizeof(line), "%.7g %.7g\n", series.x[i], series.y[i]);
    text += line;
  }
  return text + "EOD\n";
}

} // namespace terrace::program
