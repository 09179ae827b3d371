# A run's levels against work. `terrace history runs/quickstart > history.tsv; gnuplot -c doc/pictures/climbing.gp history.tsv`
# writes climbing.svg beside this file.
set terminal svg size 760,320 font "sans-serif,14" background rgb "white" dynamic
set output system("dirname ".ARG0)."/climbing.svg"
set datafile separator "\t"
set logscale y; set format y "10^{%T}"
set xlabel "work units"; set ylabel "loss of the level"
set key top right title "level"
colours = "#0072b2 #009e73 #e69f00 #d55e00"
set grid ytics lc rgb "#dddddd"
set xrange [0:16]
plot for [l = 0:3] ARG1 using (column("level") == l ? column("work") : NaN):"value" \
  with linespoints lw 0.7 pt 7 ps 0.5 lc rgb word(colours, l + 1) title l == 0 ? "0, finest" : sprintf("%d", l)
