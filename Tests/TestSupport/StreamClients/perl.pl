# HTTP::Tiny, which comes with Perl; JSON::PP too.
use strict;
use warnings;
use HTTP::Tiny;
use JSON::PP;

my ($url) = @ARGV;
my $json = JSON::PP->new->canonical->ascii;
my $text = '';
$| = 1;
HTTP::Tiny->new(timeout => 600)->get($url, { data_callback => sub {
  $text .= $_[0];
  while ($text =~ s/\A(.*?)\n\n//s) {
    my ($name, $id, @data) = ('message', undef);
    for my $line (split /\n/, $1) {
      my ($field, $value) = $line =~ /\A([^:]*):? ?(.*)\z/s;
      utf8::decode($value);
      push @data, $value if $field eq 'data';
      $name = $value if $field eq 'event';
      $id = $value if $field eq 'id';
    }
    next unless @data;
    print $json->encode({ name => $name, data => join("\n", @data), id => $id }), "\n";
  }
} });
