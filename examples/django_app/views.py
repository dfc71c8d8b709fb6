"""The pages of the tickets."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from examples.django_app.models import Ticket
from reclamation_core.integrations.django.desks import desk_for
from reclamation_core.integrations.django.forms import act_form


class TicketForm(forms.ModelForm):
    """What the help desk adds to a complaint."""

    class Meta:
        model = Ticket
        fields = ("subject",)


@login_required
@transaction.atomic
def open_ticket(request: HttpRequest) -> HttpResponse:
    """Register a complaint and write a ticket: both are committed, or neither."""
    used = desk_for(request)
    ticket, complaint = TicketForm(request.POST or None), act_form("register", desk=used)(request.POST or None)
    if ticket.is_valid() and complaint.is_valid() and (case := complaint.save(used)):
        Ticket.objects.create(**ticket.cleaned_data, author=request.user, case_id=case.reference)
        return redirect("reclamation:page", f"dossiers/{case.reference}")
    return render(request, "new_ticket.html", {"forms": [ticket, complaint]})


@login_required
def list_tickets(request: HttpRequest) -> HttpResponse:
    """Show the user's own tickets, newest first."""
    return render(
        request, "tickets.html", {"tickets": Ticket.objects.filter(author=request.user).order_by("-pk")[:100]}
    )
