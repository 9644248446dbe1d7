#import <x.h>
@interface A // TODO: yes, Objective-C
NSString *a = @"// TODO: no";
