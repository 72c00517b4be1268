"""The values that flow through Mentorpost: frozen, standard library only, no behaviour beyond reading themselves."""
