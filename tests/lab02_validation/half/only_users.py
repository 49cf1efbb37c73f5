# Only the users are done.
# not_attempted: item_body, applicant_fields, realistic_income, affordable_loan, examples
# points: 3
