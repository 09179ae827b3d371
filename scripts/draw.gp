# Pictures of a run, called by draw.sh with the variables work, run, lower and upper.
set terminal pngcairo size 900,800 font "sans,11"
set palette defined (0 '#4477aa', 1 '#ee6677', 2 '#228833', 3 '#ccbb44', 4 '#66ccee', 5 '#aa3377', 6 '#bbbbbb')
set datafile missing "nan"

set output run.'/decision_regions.png'
set title 'Classes that the network predicts, and the test samples in their true class'
set datafile separator ','
stats work.'/regions.csv' using (column('label')) nooutput
classes = STATS_max > 6 ? STATS_max : 6
set cbrange [0:classes]
unset colorbox
set size ratio -1
set xrange [lower:upper]
set yrange [lower:upper]
set xlabel 'x_1'
set ylabel 'x_2'
plot work.'/regions.csv' using (column('x1')):(column('x2')):(column('label')) with image pixels notitle, \
     work.'/samples.csv' using (column('x1')):(column('x2')):(column('expected')) \
       with points pointtype 7 pointsize 0.75 linecolor 'black' notitle, \
     work.'/samples.csv' using (column('x1')):(column('x2')):(column('expected')) \
       with points pointtype 7 pointsize 0.6 linecolor palette notitle

reset
set terminal pngcairo size 900,600 font "sans,11"
set datafile missing "nan"
set output run.'/loss.png'
set title 'Training'
set datafile separator '\t'
set xlabel 'work units (sweeps of the finest network over all training samples)'
set ylabel 'loss with regularisation, on the samples of the level'
set y2label 'accuracy on the test samples'
set logscale y
set ytics nomirror
set y2range [0:1.02]
set y2tics
set grid
set key center right
file = work.'/history.tsv'
plot file using (column('work')):(column('level') == 0 ? column('value') : 1/0) \
       with linespoints pointtype 7 pointsize 0.4 linewidth 2 linecolor '#4477aa' title 'loss, finest level', \
     file using (column('work')):(column('level') > 0 ? column('value') : 1/0) \
       with linespoints pointtype 6 pointsize 0.5 linecolor '#66ccee' title 'loss, coarser levels (nested iteration)', \
     file using (column('work')):(column('test_accuracy')) axes x1y2 \
       with lines linewidth 2 linecolor '#ee6677' title 'test accuracy'
