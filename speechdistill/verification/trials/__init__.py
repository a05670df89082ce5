"""Trial and enrolment lists: read, sampled, split by what is known of speakers and utterances."""
