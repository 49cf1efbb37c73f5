# The model calls the rule, which is still the stub: every applicant is answered with 500.
# fails: applicant_fields, affordable_loan, examples
# not_attempted: realistic_income
# says: begin with realistic_income
# points: 5
