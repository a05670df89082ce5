"""Trial and enrolment lists: read, drawn, split by what is known of speakers and utterances."""
