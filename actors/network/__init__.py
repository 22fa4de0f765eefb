"""Who works with whom: the graph of published actors and their links, its drawing, and the chains in it.

``graph`` holds the network of one version in memory, ``chains`` finds how actors are linked, ``drawing``
says where each stands, ``shared`` what unlinked actors have in common. ``layout`` alone needs networkx
and numpy; it runs in the background (``job``), never in a visitor's request.
"""
