# shellcheck shell=bash disable=SC2034  # the scripts that source this file use what it sets
# Sourced by ablation.sh, after parse_options.sh: the rows of an ablation.

declare -A yaml_of overrides_of_row
names=()
controls=() # ROW=ROW: a row, and the one that differs from it by shuffled pairs alone

read_rows() { # read_rows FILE: lines `row YAML [--KEY VALUE ...]`; sets names, yaml_of, overrides_of_row
  local row file row_overrides
  while read -r row file row_overrides || [ -n "$row" ]; do # the last line may lack its end
    if [ -z "$row" ] || [[ $row == \#* ]]; then continue; fi
    add_row "$row" "$file" "$row_overrides"
  done < "$1"
  [ "${#names[@]}" -gt 0 ] || die 1 "no row in $1: give lines \`row YAML [--KEY VALUE ...]\`"
}

add_row() { # add_row ROW YAML [OVERRIDES]: one more, or another YAML for a row
  if [ -z "${yaml_of[$1]:-}" ]; then names+=("$1"); fi
  yaml_of[$1]=$(yaml "$2") overrides_of_row[$1]=${3:-}
}

check_rows() { # every YAML is there; sets controls
  local row control unshuffled
  for row in "${names[@]}"; do
    [ -f "${yaml_of[$row]}" ] || die 1 "no such YAML: ${yaml_of[$row]}, of the row $row"
  done
  for control in "${names[@]}"; do
    if [[ ${overrides_of_row[$control]} != *"--control shuffled"* ]]; then continue; fi
    read -r unshuffled <<< "${overrides_of_row[$control]/--control shuffled/}" || true
    for row in "${names[@]}"; do
      if [ "${yaml_of[$row]} ${overrides_of_row[$row]}" = "${yaml_of[$control]} $unshuffled" ]; then
        controls+=("$row=$control")
      fi
    done
  done
}
