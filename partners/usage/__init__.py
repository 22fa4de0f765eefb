"""Who uses what partners take, counted by day without anything of a person: no address, no cookie, no page."""
