use strict;
my $n = $#list; # TODO: yes
my $s = q{# TODO: no}; # TODO: yes
s{a # TODO: no}{b}; # TODO: yes
my $h = <<"END";
# TODO: no
END
my %o = (y => 1, s => "# TODO: no"); # TODO: yes
=head1 NAME

TODO: yes in documentation

=cut
print 'it'; # TODO: yes
