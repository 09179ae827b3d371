# Speed-up against ranks: `python3 test/scale/cost_model.py COUNTS TIMES OUTPUT --picture` writes the table and calls
# gnuplot -c doc/pictures/scale.gp OUTPUT/scale.tsv, which writes scale.svg beside this file.
set terminal svg size 860,360 font "sans-serif,14" background rgb "white" dynamic
set output system("dirname ".ARG0)."/scale.svg"
set datafile separator "\t"
set logscale xy
set xrange [1:10000]; set yrange [0.8:10000]
set format x "10^{%T}"; set format y "10^{%T}"
set xlabel "ranks"; set grid lc rgb "#dddddd"
networks = "small wide images"
titles = "'dense, 32 × 8' 'dense, 16 × 128' 'ResNet-20'"
colours = "#0072b2 #d55e00 #009e73"
# Of the first row of a network, with a fraction of the samples on each coarser level.
alone(name, fraction, column) = real(system(sprintf("awk -F'\\t' '$1 == \"%s\" && $2 == \"%s\" && $3 == 1 { print $%d }' %s", \
                                            name, fraction, column, ARG1)))
step(name) = alone(name, "1", 4)
cycle(name, fraction) = alone(name, fraction, 9)
chosen(name, fraction) = strcol("network") eq name && strcol("fraction") eq fraction
set multiplot layout 1,2
set ylabel "times as fast as one rank"
set title "a step of the finest level"
set key top left
array steps[3]; array halved[3]; array whole[3]
do for [i = 1:3] {
  steps[i] = step(word(networks, i))
  halved[i] = cycle(word(networks, i), "0.5")
  whole[i] = cycle(word(networks, i), "1")
}
plot x lc rgb "#999999" dt 3 notitle, \
  for [i = 1:3] ARG1 using (chosen(word(networks, i), "1") ? column("ranks") : NaN):(steps[i] / column("step")) \
  with lines lw 2 lc rgb word(colours, i) title word(titles, i)
set title "a V-cycle; dashed: coarser levels on fewer samples"
unset ylabel
unset key
plot x lc rgb "#999999" dt 3, \
  for [i = 1:3] ARG1 using (chosen(word(networks, i), "1") ? column("ranks") : NaN):(whole[i] / column("cycle")) \
  with lines lw 2 lc rgb word(colours, i), \
  for [i = 1:3] ARG1 using (chosen(word(networks, i), "0.5") ? column("ranks") : NaN):(halved[i] / column("cycle")) \
  with lines lw 2 dt 2 lc rgb word(colours, i)
