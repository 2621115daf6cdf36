# Makes the table of `.ci/measure` of lines with PAIR SIDE SCREENS NAME VALUE. A ratio is the median
# of the pairs' own ratios, with the lowest and the highest of them.

# A ratio that is worse than this, against another build of the program, is marked.
BEGIN {
  noise = 1.05
  if (!left) left = "this"
  if (!right) right = "other"
}

{ value[$3, $4, $2, $1] = $5 }

END {
  if (burst) messages()
  else votes()
}

function messages() {
  print_line("", left, right, "ratio", pairs > 1 ? "lowest to highest" : "")
  costs(full, "one_cpu_us", "CPU per delivery to %s clients, us", "%.2f")
  costs(full, "one_last_ms", "a message is at the last of %s, ms", "%.1f")
  costs(full, "burst_cpu_us", burst " messages at once: CPU per delivery, us", "%.2f")
  costs(full, "burst_last_ms", "  the last is at the last of %s, ms", "%.1f")
  costs(full, "memory_kb_per_screen", "memory for one of %s clients, kB", "%.2f")
  costs(full, "memory_kb_after", "  after all messages, kB", "%.2f")
  costs(full, "history_kb", "memory for " burst " messages to nobody, kB", "%.0f")
}

function votes() {
  if (full == some) full = 0
  print_line("", "this", other, "ratio", pairs > 1 ? "lowest to highest" : "")
  costs(some, "cpu_us_per_delivery", "CPU per delivery to %s screens, us", "%.2f")
  costs(full, "cpu_us_per_delivery", "CPU per delivery to %s screens, us", "%.2f")
  costs(some, "last_screen_ms", "a vote is on the last of %s screens, ms", "%.1f")
  costs(full, "last_screen_ms", "a vote is on the last of %s screens, ms", "%.1f")
  costs(full ? full : some, "memory_kb_per_screen", "memory for one of %s screens, kB", "%.2f")
  row(0, "votes_per_second", "votes acknowledged a second", "%.0f", -1)
  row(some, "votes_per_second", "  with %s screens", "%.0f", -1)
  share(some)
  if (full) row(full, "votes_per_second", "  with %s screens", "%.0f", -1)
  if (full) share(full)
}

function costs(screens, name, title, format) {
  if (screens) row(screens, name, title, format, 1)
}

# One row. `better` is 1 where less is better, and -1 where more is.
function row(screens, name, title, format, better,    pair, ratio, mark) {
  for (pair = 1; pair <= pairs; pair++) {
    mine[pair] = value[screens, name, left, pair]
    theirs[pair] = value[screens, name, right, pair]
    ratios[pair] = theirs[pair] > 0 ? mine[pair] / theirs[pair] : 0
  }
  ratio = median(ratios)
  mark = against && (better > 0 ? ratio > noise : ratio < 1 / noise) ? "  worse" : ""
  print_line(sprintf(title, grouped(screens)), sprintf(format, median(mine)),
    sprintf(format, median(theirs)), sprintf("%.2f", ratio),
    pairs > 1 ? sprintf("%.2f to %.2f", ratios[1], ratios[pairs]) mark : mark)
}

# How much of its votes a server still acknowledges while it serves screens too.
function share(screens,    pair) {
  for (pair = 1; pair <= pairs; pair++) {
    mine[pair] = of_own(screens, left, pair)
    theirs[pair] = of_own(screens, right, pair)
  }
  print_line("    of its own with none", sprintf("%.2f", median(mine)),
    sprintf("%.2f", median(theirs)), "", "")
}

function of_own(screens, side, pair) {
  return value[screens, "votes_per_second", side, pair] / value[0, "votes_per_second", side, pair]
}

function print_line(title, first, second, ratio, rest,    text) {
  text = sprintf("%-42s %10s %10s %7s  %s", title, first, second, ratio, rest)
  sub(/ +$/, "", text)
  print text
}

# The middle one of `pairs` values, which are sorted for it.
function median(values,    i, j, kept) {
  for (i = 2; i <= pairs; i++) {
    kept = values[i]
    for (j = i - 1; j >= 1 && values[j] + 0 > kept + 0; j--) values[j + 1] = values[j]
    values[j + 1] = kept
  }
  i = int((pairs + 1) / 2)
  return pairs % 2 ? values[i] : (values[i] + values[i + 1]) / 2
}

function grouped(number) {
  return number < 1000 ? number "" : sprintf("%d,%03d", number / 1000, number % 1000)
}
