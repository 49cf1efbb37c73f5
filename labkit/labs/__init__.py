"""What belongs to one lab alone, in a package of its stem: its picture, its companions, what its checks expect."""
