# Pictures of a run, called by draw.sh with the variables work, run, lower and upper.
set datafile missing "nan"

# The classes on the square, pale, and the test samples in the strong colour of their true class.
set terminal pngcairo size 900,860 font "sans,11"
set output run.'/decision_regions.png'
set title 'Classes that the network predicts, and the test samples in their true class'
set datafile separator ','
set palette maxcolors 7 defined (0 '#c6d6e6', 1 '#fad0d6', 2 '#c0e0c6', 3 '#efebcb', 4 '#d2f0fa', 5 '#e3c4d9', 6 '#e8e8e8')
set linetype 1 linecolor '#2f6496'
set linetype 2 linecolor '#d63b50'
set linetype 3 linecolor '#1d6a2a'
set linetype 4 linecolor '#a0902c'
set linetype 5 linecolor '#2fa8d3'
set linetype 6 linecolor '#8a2a63'
set linetype 7 linecolor '#777777'
set cbrange [-0.5:6.5]
unset colorbox
set size ratio -1
set xrange [lower:upper]
set yrange [lower:upper]
set xlabel 'x_1'
set ylabel 'x_2'
plot work.'/regions.csv' using (column('x1')):(column('x2')):(int(column('label')) % 7) with image notitle, \
     work.'/samples.csv' using (column('x1')):(column('x2')):(int(column('expected')) % 7 + 1) \
       with points pointtype 7 pointsize 0.6 linecolor variable notitle

# Loss and accuracy against work.
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
set format y '10^{%T}'
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
