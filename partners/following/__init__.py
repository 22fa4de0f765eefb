"""Following a list, a territory or a PTCE by e-mail, without an account: ask, confirm, receive, end."""
