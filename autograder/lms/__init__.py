"""Learning platforms: what comes out of Canvas, Moodle, Blackboard, Brightspace and Gradescope, and what goes back."""
