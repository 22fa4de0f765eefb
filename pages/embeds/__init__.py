"""What other sites show of this one: frames, the codes that call them, oEmbed.

It stands beside the pages because frames are the pages' own cards, maps and drawings in a small format, read by the
same filters. ``docs/embeds.md`` is the contract: an address or a parameter that a code may hold stays understood.
"""
