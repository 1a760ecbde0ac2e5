"""The list of command groups, and of what is no group."""

import click

from fieldapp.commands.audit import audit
from fieldapp.commands.backup import backup
from fieldapp.commands.calendar import calendar
from fieldapp.commands.checklists import checklists
from fieldapp.commands.demo import demo
from fieldapp.commands.people import people
from fieldapp.commands.ratings import ratings
from fieldapp.commands.records import records
from fieldapp.commands.retention import retention
from fieldapp.commands.worker import worker

ALL: list[click.Group] = [audit, backup, calendar, checklists, people, ratings, records, retention, demo]
ALONE: list[click.Command] = [worker]
