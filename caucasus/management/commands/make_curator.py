"""Make the first curator's account; its generated password is printed once and kept nowhere."""

import secrets

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", default="curator", help="Name of the account.")

    def handle(self, *args: object, username: str, **options: object) -> None:
        users = get_user_model()._default_manager
        if users.filter(is_superuser=True).exists():
            return
        password = secrets.token_urlsafe(12)
        users.create_superuser(username=username, password=password)
        self.stdout.write(f"Curator's account for /admin/: {username}  password: {password}")
        self.stdout.write("It is not shown again; `python manage.py changepassword` sets another.")
