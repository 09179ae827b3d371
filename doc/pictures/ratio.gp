# The ratio test: gnuplot doc/pictures/ratio.gp writes ratio.svg beside it.
set terminal svg size 760,300 font "sans-serif,14" background rgb "white" dynamic
set output system("dirname ".ARG0)."/ratio.svg"
f(s) = 1 - s + 0.9 * s**2 / 2 + 0.35 * s**3 - 0.09 * s**4 + 0.35 * sin(2.2 * s) * s**2
m(s) = 1 - s + 0.9 * s**2 / 2
set multiplot layout 1,2
set samples 400
set xrange [0:1.7]; set yrange [0.3:1.5]
set xlabel "length of the step s"; unset ytics; set xtics ("0" 0)
set key top center samplen 2 spacing 1.1
do for [k = 1:2] {
  r = k == 1 ? 1.1 : 0.4
  ratio = (f(0) - f(r)) / (m(0) - m(r))
  set title sprintf("ρ = %.1f: %s", ratio, k == 1 ? "rejected, the radius shrinks" : "accepted")
  set arrow 1 from r, 0.3 to r, 1.5 nohead lc rgb "#999999" dt 2
  set label 1 "radius Δ" at r + 0.03, 0.37 tc rgb "#777777"
  plot f(x) lw 2.5 lc rgb "#0072b2" title "loss", m(x) lw 2.5 dt 4 lc rgb "#e69f00" title "model", \
       "+" using (r):(f(r)) every ::0::0 with points pt 7 ps 0.9 lc rgb "#0072b2" notitle, \
       "+" using (r):(m(r)) every ::0::0 with points pt 7 ps 0.9 lc rgb "#e69f00" notitle
}
unset multiplot
