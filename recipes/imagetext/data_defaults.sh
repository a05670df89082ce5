# shellcheck shell=bash disable=SC2034,SC2154  # run.sh and ablation.sh set and use the variables
# Sourced by run.sh and ablation.sh: where the images of each kind of --data are (`images`), what they are
# split into where no option says so, and what the student's YAML needs for it (`data_overrides`).
data_overrides=()
case $data in
  digits) # about 180 images of each digit
    images=$exp/images
    : "${images_per_class:=10}" "${dev_images:=20}" "${test_images:=100}" "${unseen_classes:=0}"
    ;;
  synthvox) # 10 sessions of 4 images of each person; half of the people are for the trials
    images=$exp/faces/teacherFaces
    : "${images_per_class:=10}" "${dev_images:=8}" "${test_images:=12}" "${unseen_classes:=$((people / 2))}"
    data_overrides=(--image_size 48 --mirror true --quality_measures '[quality]')
    ;;
  *)
    images=$data
    : "${images_per_class:=10}" "${dev_images:=10}" "${test_images:=20}" "${unseen_classes:=0}"
    ;;
esac
